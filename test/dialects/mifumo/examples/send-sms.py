import json, requests

BASE_URL = 'https://mifumosms.mifumolabs.com'
session = requests.Session()
headers = {'Authorization': 'Bearer YOUR_API_KEY', 'Content-Type': 'application/json'}

response = session.post(
    f'{BASE_URL}/api/integration/v1/sms/send/',
    headers=headers,
    json={
        'message': 'Hello from Mifumo SMS API v2.0!',
        'recipients': ['+255614853618'],
        'sender_id': 'QUANTUM',
    },
)
response.raise_for_status()
sms_result = response.json()
if sms_result.get('success') and sms_result.get('message_id'):
    response = session.get(
        f"{BASE_URL}/api/integration/v1/sms/status/{sms_result['message_id']}/",
        headers=headers,
    )
    response.raise_for_status()
response = session.get(f'{BASE_URL}/api/integration/v1/sms/balance/', headers=headers)
response.raise_for_status()
print(json.dumps(sms_result, indent=2))
