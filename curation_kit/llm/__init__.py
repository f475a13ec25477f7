"""What agents need to ask services over HTTP."""

from curation_kit.llm.answers import AnswerCache, Answers, answer_key

__all__ = ["AnswerCache", "Answers", "answer_key"]
