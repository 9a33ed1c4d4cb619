TOKEN=$(curl -s -X POST https://app.kimisms.com/api/generate-token \
  -H "Content-Type: application/json" \
  -d '{
    "grant_type": "client_credentials",
    "client_id": "YOUR_CLIENT_ID",
    "client_secret": "YOUR_CLIENT_SECRET"
  }' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

curl -s -X POST https://app.kimisms.com/api/send-sms \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: a1b2c3d4-e5f6-7890-abcd-ef1234567890" \
  -d '{
    "sender_name": "KIMISMS",
    "contact": "254712345678",
    "message": "Hello! Your OTP is 123456. Valid for 5 minutes."
  }'
