# A token endpoint: POST /token with {"user": "alice"} answers with a token for alice.
# Install: pip install flask "pyjwt[crypto]"
# Run:     set -a; . ./.env; set +a; python3 token_endpoint.py
import os
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path

import jwt
from flask import Flask, request

APPLICATION_ID = os.environ["VONAGE_APPLICATION_ID"]
KEY = Path(os.environ["VONAGE_PRIVATE_KEY_PATH"]).read_text()
NAMES = "users conversations sessions devices image media applications push knocking legs rtc".split()
ACL = {"paths": {f"/*/{name}/**": {} for name in NAMES}}

app = Flask(__name__)


@app.post("/token")
def token():
    # Authenticate the caller here first, and sign for no other user.
    body = request.get_json(silent=True)
    user = body.get("user") if isinstance(body, dict) else None
    if not isinstance(user, str) or not user:
        return {"error": 'Send {"user": "alice"}.'}, 400
    iat = int(time.time())
    exp = iat + 15 * 60
    claims = {"application_id": APPLICATION_ID, "sub": user, "iat": iat, "exp": exp, "jti": str(uuid.uuid4()), "acl": ACL}
    expires_at = datetime.fromtimestamp(exp, timezone.utc).isoformat()
    return {"token": jwt.encode(claims, KEY, algorithm="RS256"), "expires_at": expires_at}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", 3000)))
