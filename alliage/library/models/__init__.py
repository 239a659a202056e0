"""Data of the library, one file per noun."""

from alliage.library.models.collections import Collection, CollectionItem
from alliage.library.models.contributing import Intake, PreviewLink
from alliage.library.models.dump import Dump
from alliage.library.models.help import HelpAnswer, HelpWanted
from alliage.library.models.kits import KitRun, RunStep
from alliage.library.models.proposals import Proposal
from alliage.library.models.recommendations import (
    Receipt,
    Recommendation,
    RecommendationMute,
    RecommendedResource,
)
from alliage.library.models.renewal import Doubt, RenewalNotice
from alliage.library.models.resources import (
    Author,
    Condition,
    Resource,
    ResourceFile,
    ResourceLink,
    ResourcePlace,
    ResourceTerm,
    Version,
)
from alliage.library.models.reuse import Adaptation, Suggestion, Use
from alliage.library.models.reviews import Remark, RemarkWord, ReviewAct
from alliage.library.models.translations import Translation

__all__ = [
    "Adaptation",
    "Author",
    "Collection",
    "CollectionItem",
    "Condition",
    "Doubt",
    "Dump",
    "HelpAnswer",
    "HelpWanted",
    "Intake",
    "KitRun",
    "PreviewLink",
    "Proposal",
    "Receipt",
    "Recommendation",
    "RecommendationMute",
    "RecommendedResource",
    "Remark",
    "RemarkWord",
    "RenewalNotice",
    "Resource",
    "ResourceFile",
    "ResourceLink",
    "ResourcePlace",
    "ResourceTerm",
    "ReviewAct",
    "RunStep",
    "Suggestion",
    "Translation",
    "Use",
    "Version",
]
