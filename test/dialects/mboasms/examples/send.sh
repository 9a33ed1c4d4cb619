curl -X POST https://api.mboasms.com/api/v1/developer/sms/send \
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "phoneNumbers": ["+237670000000", "+33612345678"],
    "message": "Bonjour! Votre code de verification est: 1234",
    "senderId": "MboaSMS"
  }'
