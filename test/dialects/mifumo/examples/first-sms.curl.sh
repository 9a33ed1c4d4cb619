curl -X POST "http://127.0.0.1:8001/api/integration/v1/sms/send/" -H \
"Content-Type: application/json" -H "Authorization: Bearer YOUR_API_KEY" -d '{
"message": "Hello from Mifumo SMS!", "recipients": ["+255123456789"] }'
