"""One worker of Mubiao on a database that is there already, on a free port.

Neither tables nor seeds are brought up to date, as `mubiao serve` does; what is asked of it is in `growth`.
"""

import socket
import sys
import threading

import uvicorn

from app.main import create_app
from app.serve import collect_less, get_ready
from app.settings import Settings


def main() -> None:
    """Serve the database whose address is given, and print the port."""
    app = create_app(Settings(database_url=sys.argv[1]))
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    # As `app.serve` sets the server.
    collect_less()
    threading.Thread(target=get_ready, args=(app,), daemon=True).start()
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, ws="none")
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()
