"""Words that are also gene names, and are not meant as genes in a paper."""

# ruff: noqa: E501, SIM905 - lists of words

from __future__ import annotations

__all__ = ["LAB_WORDS", "LOWER_WORDS"]

#: Laboratory words, reagents, cell lines, units and vectors, as spelled.
LAB_WORDS = frozenset(
    """
    A549 AAV ACE AD ADC AIDS ANOVA AP APC ATP AUC BAC BF BMI BP BSA C57BL C57BL6 Ca2 CA1 CA2 CA3 CBA
    CCD CDS CFP CFSE CHO CI CNS CO2 COPD COS COS7 CRISPR CSF CT CV Cas9 cDNA Cre CreER Cy2 Cy3 Cy5 DAB DAPI DEG
    DIC DMEM DMSO DNA DNase Dig DIG DP E1 E2 EC ECL ECM EDTA EGFP EGTA ELISA EM ER EST EtOH F1 F2
    FACS FBS FC FDA FDR FISH FITC FPKM G1 G2 GAL4 Gal4 GEO GFP GO GST GSEA H2 H2O H2O2 H3K4me3 H3K27ac H3K27me3 HA HCC HCl HE HEK HEK293
    HEK293T HeLa HEPES HIV HPLC HR HRP HSC HSD Hz IC50 ICC IF IgA IgG IgG1 IgG2a IgM IHC II III IP IPTG IQR IR
    ISH IV IVF IX K562 KEGG KO L1 L2 L3 L4 LB LED LPS LSM M1 M2 MCF7 MEF MEM MHC MO MOI MRI MS MTT N2 N2a
    NA NADH NADPH NC NCBI NHS NIH NIH3T3 NK NMR NOD NS NSC NT OD OD600 OE OR ORF P0 P1 P2 P7 P14 P21 PAGE PBS PBST PC
    PCA PCR PD PFA pH PI PMA PNS PTU PVDF QC QTL R1 R2 RBC RFP RIN RIPA RNA RNAi RNase RNAseq ROI ROS RPKM RPM
    RPMI RSV RT S1 S2 S3 S4 S5 S6 S7 S8 S9 S10 S100 SC SD SDS SE SEM SNP SOD1G93A SP STEM T1 T2 T3 T7 TAE TBS TBST TE TEM TF TPM TRITC
    TSA TUNEL Tris Tween UAS UK UMAP UMI US USA UTR UV VNC VI VII WB WBC WT X1 XX XY Y2H YFP YPD ZT
    U2OS U87 THP1 HepG2 HT29 HCT116 SHSY5Y 293T S2R Schneider BAM TIFF PDF SRA DOI ORCID CC BY LLC Inc
    HO-1KO B6 BALB NSG CD45 MTOC MAP GPCR MAPK ERK TCR BCR MS222 GI50 LD50 EC50 mAb T4 T5 SV40 CMV TK PGK MMTV lacZ LacZ
    rRNA tRNA mRNA ncRNA miRNA lncRNA siRNA shRNA dsRNA sgRNA gRNA snRNA snoRNA Sup Ref Figs Vol
    """.split()
)

#: English and biology words that are symbols or aliases of some species'
#: genes; compared in lower case.
LOWER_WORDS = frozenset(
    """
    a about act actin add after age aged aim air all also alternative am an and anterior any apart apical are area atlas
    arm array as at atrium axis back bad band bar base basal bed best beta big bin bind black blot body born both
    bright brown bud but by call can cap cat cell cells change chip class clear clock coil cold color control cortex
    cross crumbs culture curl cut cycle data day dead deal death delta dense did dim disc discs dock does dorsal down
    driver due dusky each ear early eight eighteen embryo end enhancer even exit expression eye eyes fast fat fate
    fed fig figure fire fish five fix flat flies fly focus for four free from full fuse gap gene genes get giant
    glass go good gray great green group grown half hand has have head heart heat help her here high hip his hold
    homo horn host hot house how human ice if image impact in index inner insulin into is it its jet june just key
    kit lab lack lane large larp last late layer lead leg lens less let level light like limb line link list live
    load local long loss lost low lung made main male males man map mark marker mask mast max may mean means
    membrane met mice mid middle midline mild min mind mini miss missing mock model more most mouse mum mutant near
    neck net neural neuron new next night nine no node nor norm normal not note now null of off old on one only open or
    oral other out outer over own pale part past pat path pattern peak per period pink plate plus point pole pool
    post posterior present prior probe profile prune pupal put rare rat raw red rest ring rip role root rose rough round row run
    runt salt same scar scale screen sea see seen set seven sex shade short show side sign signal single site six skin
    slow small smooth so some spot spots staining star stage state stem still stop stranded stripe strong suggest
    sun swim tag tail take tall tan target task ten tex than that the then they thin this three time tip to top
    total track trap trio trunk tube tumor tumour twin two type under up upper use used vein ventral very via view vivo
    wall was wave way we well were west wet what when where white who why wide width wild will wing with
    work worm worms yellow yet zone zones yes you young spatial acid active spindle dish
    chico period timeless anova mitochondria axon dendrite nucleus soma collagen myosin tubulin histone
    fura alexa sigma abcam roche zeiss leica nikon olympus qiagen promega illumina
    """.split()
)
