# Include JWT token in the Authorization header
curl -X POST https://api.mboasms.com/api/v1/developer/sms/send \
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "phoneNumbers": ["+237670000000"],
    "message": "Hello from MboaSMS!",
    "senderId": "MboaSMS"
  }'
