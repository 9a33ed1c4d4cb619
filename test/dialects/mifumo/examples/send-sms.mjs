const BASE_URL = 'https://mifumosms.mifumolabs.com';
const API_KEY = 'YOUR_API_KEY';

const response = await fetch(`${BASE_URL}/api/integration/v1/sms/send/`, {
  method: 'POST',
  headers: {
    Authorization: `Bearer ${API_KEY}`,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({
    message: 'Hello from Mifumo SMS API v2.0!',
    recipients: ['+255614853618'],
    sender_id: 'QUANTUM',
  }),
});
const data = await response.json();
if (!response.ok) throw new Error(JSON.stringify(data));
if (data.success && data.message_id) {
  const status = await fetch(`${BASE_URL}/api/integration/v1/sms/status/${data.message_id}/`, {
    headers: { Authorization: `Bearer ${API_KEY}` },
  });
  if (!status.ok) throw new Error(await status.text());
}
console.log(JSON.stringify(data));
