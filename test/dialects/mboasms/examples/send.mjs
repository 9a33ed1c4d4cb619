const response = await fetch('https://api.mboasms.com/api/v1/developer/sms/send', {
  method: 'POST',
  headers: {
    Authorization: 'Bearer YOUR_JWT_TOKEN',
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({
    phoneNumbers: ['+237670000000', '+33612345678'],
    message: 'Bonjour! Votre code de verification est: 1234',
    senderId: 'MboaSMS',
  }),
});

const data = await response.json();
console.log(data);
