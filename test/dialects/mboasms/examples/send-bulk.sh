# With personalized messages in the file
curl -X POST "https://api.mboasms.com/api/v1/developer/sms/send-bulk" \
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \
  -F "file=@contacts.xlsx"

# With a default message for all recipients
curl -X POST "https://api.mboasms.com/api/v1/developer/sms/send-bulk?message=Hello%20from%20MboaSMS&senderId=MyApp" \
  -H "Authorization: Bearer YOUR_JWT_TOKEN" \
  -F "file=@phone_numbers.csv"
