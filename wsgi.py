"""What gunicorn loads: the application with the settings of the environment."""

from participation.app import create_app
from participation.config import Settings

app = create_app(Settings.from_environment())
