"""Tables to findings: who keeps acting on the same things at the same time, and how much of that chance explains."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("lockstep-workbench")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0.1.0"
