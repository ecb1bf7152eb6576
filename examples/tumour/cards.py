"""The model cards of the three versions; the figures are filled in by make.py."""

INTENDED_USE = """## Intended use

Tells malignant from benign breast tumours by 30 measurements of the cell nuclei in a digitized
image of a fine needle aspirate. It orders the queue of a pathologist, who decides. It is an
example for Signet and no medical device."""

EVALUATION = """## Evaluation

On the {n} cases of `test.csv`, none of which was used in training. The positive class is
*malignant*: recall is the share of malignant tumours that are found.

{table}"""

TRAINING_DATA = """## Training data

{rows} cases, {malignant} of them malignant, from the data set Breast Cancer Wisconsin (Diagnostic),
W. Wolberg, O. Mangasarian, N. Street and W. Street, 1993, UCI Machine Learning Repository."""


def card(version, what, limitations, training):
    return "\n\n".join(
        [
            f"# tumour, version {version}",
            what,
            INTENDED_USE,
            f"## Limitations\n\n{limitations}",
            EVALUATION,
            f"{TRAINING_DATA} {training}\n",
        ]
    )


ONE_CLINIC = """All cases come from one clinic and one camera, and from the years before 1993. Another
laboratory's staining or resolution shifts the measurements: watch the drift of each feature."""

CARDS = {
    1: card(
        1,
        "A first network: one hidden layer of 8 units.",
        f"{ONE_CLINIC}\nTraining was stopped after 40 passes, before it had converged; about one alarm in\n"
        "six is a false one.",
        "It is\nthe whole of `train.csv`.",
    ),
    2: card(
        2,
        "Two hidden layers of 32 and 16 units, trained for fewer false alarms.",
        f"{ONE_CLINIC}\nMalignant cases were thinned out in training to resemble screening, where they are rare. The\n"
        "network therefore raises the alarm later than version 1.",
        "It is\n`train.csv` with all its benign cases and the first 20 malignant ones.",
    ),
    3: card(
        3,
        "Two hidden layers of 64 and 32 units with a strong weight decay, trained on all cases again.",
        f"{ONE_CLINIC}\nA probability near one half means little: the network was fitted for its decisions, not\n"
        "calibrated.",
        "It is\nthe whole of `train.csv`.",
    ),
}
