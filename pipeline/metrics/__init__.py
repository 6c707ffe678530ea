"""What is measured on captions: exact ones, attributes, text overlap, and paired differences.

CCR (correct captions, exactly) is the measure that counts. The others say where a wrong caption
is wrong, or let figures stand beside those of other captioners.
"""

from pipeline.metrics.accuracy import (
    Share,
    level_accuracies,
    level_accuracy,
    share_of,
    wilson_interval,
)
from pipeline.metrics.attributes import AttributeScore, attribute_scores
from pipeline.metrics.captions import CaptionScores, caption_scores
from pipeline.metrics.compare import PairedDifference, paired_difference
from pipeline.metrics.types import (
    MultiLabelScores,
    TypeReport,
    TypeScore,
    multi_label_scores,
    type_report,
)

__all__ = [
    "AttributeScore",
    "CaptionScores",
    "MultiLabelScores",
    "PairedDifference",
    "Share",
    "TypeReport",
    "TypeScore",
    "attribute_scores",
    "caption_scores",
    "level_accuracies",
    "level_accuracy",
    "multi_label_scores",
    "paired_difference",
    "share_of",
    "type_report",
    "wilson_interval",
]
