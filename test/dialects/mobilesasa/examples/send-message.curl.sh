curl -s -X POST https://api.yourdomain.com/api/v1/messages \
  -H "Authorization: Bearer mbs_your_token_here" \
  -H "Content-Type: application/json" \
  -d '{
    "to": "+254712345678",
    "message": "Hello from Mobile Sasa!",
    "sender_id": "MYAPP"
  }'
