import requests, uuid

response = requests.post(
    "https://app.kimisms.com/api/generate-token",
    json={
        "grant_type": "client_credentials",
        "client_id": "YOUR_CLIENT_ID",
        "client_secret": "YOUR_CLIENT_SECRET",
    },
)
access_token = response.json()["access_token"]

headers = {
    "Authorization": f"Bearer {access_token}",
    "Content-Type": "application/json",
    "Idempotency-Key": str(uuid.uuid4()),
}
response = requests.post(
    "https://app.kimisms.com/api/send-sms",
    json={
        "sender_name": "KIMISMS",
        "contact": "254712345678",
        "message": "Hello! Your OTP is 123456.",
    },
    headers=headers,
)
import json
print(json.dumps(response.json()))
