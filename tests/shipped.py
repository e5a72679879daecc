"""The challenges and badges that come with the app, read once for all tests of a process: that
takes as long as ten tests. Nobody can change them."""

from badges.catalogue import definitions as badge_definitions
from challenges.catalogue import definitions

CATALOGUE = definitions.read_folder()
BADGES = badge_definitions.read_folder()
