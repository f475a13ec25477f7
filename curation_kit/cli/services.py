"""Commands on model services, their prices, and the budget of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.output import echo_json, error, print_table, say
from curation_kit.errors import NotFound, WorkspaceError

if TYPE_CHECKING:
    from curation_kit.llm import Service

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="Name of the service.")]

services = typer.Typer(
    help="Servers of models that agents may ask. A key is never kept: only where it is "
    "found.",
    no_args_is_help=True,
)
app.add_typer(services, name="services")


Structured = Literal["auto", "json_schema", "json_object", "text"]


@services.command("list")
def list_services(context: typer.Context, json: Json = False) -> None:
    """List the model services."""
    settings = workspace_of(context).settings
    rows = [
        {
            "name": name,
            "default": name == settings.default,
            **service.model_dump(mode="json"),
        }
        for name, service in settings.services.items()
    ]
    if json:
        echo_json(rows)
        return
    print_table(
        [
            {
                **row,
                "default": "yes" if row["default"] else "",
                "key": row["key"] or "none",
                "priced_models": ", ".join(row["prices"]),
            }
            for row in rows
        ],
        ("name", "default", "model", "base_url", "key", "in_flight", "priced_models"),
        right=("in_flight",),
        below=("base_url", "priced_models"),
        empty=f"No model services yet. Add one: {command('services', 'add')}",
    )


def _save(
    context: typer.Context,
    name: Name,
    base_url: Annotated[
        str | None,
        typer.Option("--url", help="With the version, such as https://…/v1."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help='Where its key is: env:NAME, keyring:NAME, "" for none.'),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Asked when a step names no other.")
    ] = None,
    tokens: Annotated[
        int | None,
        typer.Option("--context", help="Tokens of prompt and answer together."),
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(help="Seconds that an answer may take.")
    ] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option(min=0, help="Limit of the account; 0 for none.")
    ] = None,
    tokens_per_minute: Annotated[
        int | None, typer.Option(min=0, help="Limit of the account; 0 for none.")
    ] = None,
    in_flight: Annotated[
        int | None, typer.Option(help="Calls at the same time, for all jobs together.")
    ] = None,
    proxy: Annotated[
        str | None, typer.Option(help='"" for that of the environment.')
    ] = None,
    http2: Annotated[
        bool | None, typer.Option("--http2/--no-http2", help="Where it is offered.")
    ] = None,
    structured: Annotated[
        Structured | None,
        typer.Option(help="How answers of a given shape are asked for."),
    ] = None,
) -> None:
    editing = context.command.name == "edit"
    workspace = workspace_of(context, make=not editing)
    settings = workspace.settings
    replacing = ""
    before: dict[str, Any] = {}
    if editing:
        replacing, service = settings.service(name)
        before = service.model_dump()
    given = {
        "base_url": base_url,
        "key": key,
        "model": model,
        "context": tokens,
        "timeout": timeout,
        "requests_per_minute": requests_per_minute,
        "tokens_per_minute": tokens_per_minute,
        "in_flight": in_flight,
        "proxy": proxy,
        "http2": http2,
        "structured": structured,
    }
    given = {setting: value for setting, value in given.items() if value is not None}
    for limit in ("requests_per_minute", "tokens_per_minute"):
        if given.get(limit) == 0:
            given[limit] = None
    service = _checked({**before, **given})
    workspace.settings = settings.with_service(name, service, replacing=replacing)
    say(f'Saved "{name}". Test it: {command("services", "test", name)}')
    if service.model and service.model not in service.prices:
        price = command("services", "price", name, service.model, "INPUT", "OUTPUT")
        say(f"Its model has no price, so no budget can be kept. Give one: {price}")


services.command("add", help="Add a server that speaks the OpenAI chat API.")(_save)
services.command("edit", help="Change what is given; the rest stays.")(_save)


@services.command("test")
def try_out(context: typer.Context, name: Name = "", json: Json = False) -> None:
    """Ask a service, or the default one, for its models and for one small answer."""
    from curation_kit.llm.connection import try_connection

    found = try_connection(workspace_of(context).settings, name)
    if json:
        echo_json(
            {
                "service": found.service,
                "model": found.model,
                "works": found.works,
                "models": list(found.models),
                "structured": found.mode,
                "seconds": found.seconds,
                "message": found.fault.message if found.fault else "",
                "hint": found.fault.hint if found.fault else found.remark,
            }
        )
    elif found.fault is not None:
        error(f"{found.fault.message} {found.fault.hint}")
    else:
        say(f"{found.model} answers, in {found.seconds:.1f} s ({found.mode}).")
        if found.remark:
            say(f"Note: {found.remark}")
    if found.models and not json:
        say(f"Models: {', '.join(found.models)}")
    if not found.works:
        raise typer.Exit(1)


@services.command("rename")
def rename(context: typer.Context, name: Name, new_name: str) -> None:
    """Give a service another name; flows that name it must be changed too."""
    workspace = workspace_of(context)
    settings = workspace.settings
    name, service = settings.service(name)
    workspace.settings = settings.with_service(new_name, service, replacing=name)
    say(f'Renamed to "{new_name}".')


@services.command("remove")
def remove(context: typer.Context, name: Name) -> None:
    """Remove a service; its key stays where it is."""
    workspace = workspace_of(context)
    workspace.settings = workspace.settings.without_service(name)
    say(f'Removed "{name}".')


@services.command("default")
def default(context: typer.Context, name: Name) -> None:
    """Have a service asked wherever a step names none."""
    workspace = workspace_of(context)
    settings = workspace.settings
    name, _ = settings.service(name)
    workspace.settings = settings.model_copy(update={"default_service": name})
    say(f'Steps that name no service ask "{name}".')


@services.command("price")
def price(
    context: typer.Context,
    name: Name,
    model: Annotated[str, typer.Argument(help="As the service knows it.")],
    input_price: Annotated[
        float | None,
        typer.Argument(metavar="INPUT", min=0, help="US dollars per million tokens."),
    ] = None,
    output_price: Annotated[
        float | None,
        typer.Argument(metavar="OUTPUT", min=0, help="US dollars per million tokens."),
    ] = None,
    forget: Annotated[
        bool, typer.Option("--remove", help="The model has no price any more.")
    ] = False,
) -> None:
    """Tell what a model costs; 0 0 for nothing."""
    workspace = workspace_of(context)
    settings = workspace.settings
    name, service = settings.service(name)
    prices = {known: one.model_dump() for known, one in service.prices.items()}
    if forget:
        if model not in prices:
            raise NotFound(f'"{model}" has no price at "{name}".')
        del prices[model]
        told = f'"{model}" has no price any more: its tokens are shown alone.'
    elif input_price is None or output_price is None:
        raise typer.BadParameter("Give INPUT and OUTPUT, or --remove.")
    else:
        prices[model] = {"input": input_price, "output": output_price}
        told = f'"{model}" costs ${input_price:g} in, ${output_price:g} out per million'
        told += " tokens."
    changed = _checked({**service.model_dump(), "prices": prices})
    workspace.settings = settings.with_service(name, changed, replacing=name)
    say(told)


@app.command()
def budget(
    context: typer.Context,
    amount: Annotated[
        str | None, typer.Argument(help='US dollars a day, or "none" for no cap.')
    ] = None,
    json: Json = False,
) -> None:
    """Show or set what all jobs together may spend in a day (UTC)."""
    from pydantic import ValidationError

    from curation_kit.llm import Settings, dollars, wrong_settings

    workspace = workspace_of(context, make=amount is not None)
    settings = workspace.settings
    if amount is not None:
        given = {"daily_budget": None if amount == "none" else amount}
        try:
            settings = Settings.model_validate({**settings.model_dump(), **given})
        except ValidationError as problem:
            raise WorkspaceError(" ".join(wrong_settings(problem).values())) from None
        workspace.settings = settings
    spent, cap = workspace.spending.of_day().cost, settings.daily_budget
    if json:
        echo_json({"daily_budget": cap, "spent_today": spent})
        return
    limit = "no cap" if cap is None else f"a cap of {dollars(cap)}"
    say(f"Spent today: {dollars(spent)}, with {limit} for a day (UTC).")


def _checked(given: dict[str, Any]) -> Service:
    """Give the service of some settings, or say what is wrong with them."""
    from pydantic import ValidationError

    from curation_kit.llm import Service, wrong_settings

    try:
        return Service.model_validate(given)
    except ValidationError as problem:
        raise WorkspaceError(
            " ".join(
                f"{'--url' if name == 'base_url' else name}: {told}"
                for name, told in wrong_settings(problem).items()
            )
        ) from None
