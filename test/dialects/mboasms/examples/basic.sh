# Basic Auth: username:password encoded in Base64
curl -X POST https://api.mboasms.com/api/v1/developer/sms/send-with-auth \
  -H "Authorization: Basic dXNlcm5hbWU6cGFzc3dvcmQ=" \
  -H "Content-Type: application/json" \
  -d '{
    "phoneNumbers": ["+237670000000"],
    "message": "Hello from MboaSMS!"
  }'
