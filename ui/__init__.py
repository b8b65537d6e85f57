"""The chat window: `python -m ui`, or `ui.app.launch(assistant)`.

Gradio reads its switches from the environment when it is imported, so they are set here, before
any module of this package can import it: no analytics, no public link.
"""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_SHARE"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
