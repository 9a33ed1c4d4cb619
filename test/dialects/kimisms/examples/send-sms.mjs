import { randomUUID as uuidv4 } from 'node:crypto';

const res1 = await fetch('https://app.kimisms.com/api/generate-token', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    grant_type: 'client_credentials',
    client_id: 'YOUR_CLIENT_ID',
    client_secret: 'YOUR_CLIENT_SECRET',
  }),
});
const { access_token: accessToken } = await res1.json();

const res = await fetch('https://app.kimisms.com/api/send-sms', {
  method: 'POST',
  headers: {
    Authorization: `Bearer ${accessToken}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': uuidv4(),
  },
  body: JSON.stringify({
    sender_name: 'KIMISMS',
    contact: '254712345678',
    message: 'Hello! Your OTP is 123456.',
  }),
});
const data = await res.json();
console.log(JSON.stringify(data));
