import requests

response = requests.post(
    "https://api.mboasms.com/api/v1/developer/sms/send",
    headers={
        "Authorization": "Bearer YOUR_JWT_TOKEN",
        "Content-Type": "application/json",
    },
    json={
        "phoneNumbers": ["+237670000000", "+33612345678"],
        "message": "Bonjour! Votre code de verification est: 1234",
        "senderId": "MboaSMS",
    },
)

print(response.json())
