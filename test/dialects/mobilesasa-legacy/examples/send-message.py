import requests

headers = {
    "Authorization": "Bearer mbs_your_token_here",
    "Content-Type": "application/json"
}
payload = {
    "phone": "254712345678",
    "senderID": "MOBILESASA",
    "message": "Hello"
}
response = requests.post("https://api.mobilesasa.com/v1/send/message", headers=headers, json=payload)
response.raise_for_status()
print(response.text)
