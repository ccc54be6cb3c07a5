"""Times as the service reads them: in UTC, with milliseconds."""
from datetime import datetime

import schemathesis
from hypothesis import strategies

TIMES = strategies.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31))
schemathesis.openapi.format("date-time", TIMES.map(lambda time: time.isoformat(timespec="milliseconds") + "Z"))
