"""The domain's nouns, a file each. They hold state and say what is allowed; activities change them."""

from .base import Base, UtcDateTime, one_of
from .challenge import Audience, CatalogueLoad, Challenge, ChallengeVersion, Check, Mindset, Project, Stage, Step
from .completion import Completion, DecidedHow
from .endorsement import Endorsement
from .fact import Delivery, DeliveryState, Fact
from .membership import Membership, MembershipKind
from .person import Consent, ConsentGiven, Person, Role, RoleGrant
from .step_total import StepTotal
from .submission import OPEN, Practice, Submission, SubmissionState
from .unit import Unit

__all__ = [
    "OPEN",
    "Audience",
    "Base",
    "CatalogueLoad",
    "Challenge",
    "ChallengeVersion",
    "Check",
    "Completion",
    "Consent",
    "ConsentGiven",
    "DecidedHow",
    "Delivery",
    "DeliveryState",
    "Endorsement",
    "Fact",
    "Membership",
    "MembershipKind",
    "Mindset",
    "Person",
    "Practice",
    "Project",
    "Role",
    "RoleGrant",
    "Stage",
    "Step",
    "StepTotal",
    "Submission",
    "SubmissionState",
    "Unit",
    "UtcDateTime",
    "one_of",
]
