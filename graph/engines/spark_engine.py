"""Spark: the same expression on a cluster, or on the cores of this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack

from graph.engines.ibis_engine import IbisEngine
from graph.engines.options import checked, extra
from ingest.scratch import Scratch

# Quiet, on this machine only, and in UTC; a cluster's own properties and the options go before them.
DEFAULTS = {
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
ALONE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false"}


def spark_engine(options: Mapping[str, str]) -> IbisEngine:
    """An engine on Spark.

    Parameters
    ----------
    options : mapping of str to str
        See ``graph.engines.options.OPTIONS``.

    Raises
    ------
    UsageError
        If an option is unknown, or Ibis or Spark is not installed.
    """
    chosen = checked("spark", options)
    with extra("spark"):
        import ibis
        from pyspark.sql import SparkSession
    master = chosen.pop("master", os.environ.get("SPARK_MASTER") or "local[*]")
    with ExitStack() as stack:
        staging = chosen.pop("staging", "") or str(stack.enter_context(Scratch("spark")))
        builder = SparkSession.builder.appName("lockstep").master(master)
        properties = DEFAULTS | (ALONE if master.startswith("local") else {}) | chosen
        for name, value in properties.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        stack.callback(session.stop)
        return IbisEngine(ibis.pyspark.connect(session), staging, stack.pop_all())
