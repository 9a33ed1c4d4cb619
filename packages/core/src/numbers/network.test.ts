import assert from 'node:assert/strict';
import type { Msisdn } from './msisdn.js';
import { parseMsisdn } from './msisdn.js';
import { networkOf } from './network.js';

describe('networkOf', () => {
  const vectors: [msisdn: string, country: string, network: string, mccmnc: string][] = [
    ['+255754123456', 'TZ', 'Vodacom', '64004'],
    ['+255784123456', 'TZ', 'Airtel', '64005'],
    ['+255713123456', 'TZ', 'Yas', '64002'],
    ['+255773123456', 'TZ', 'Yas', '64002'],
    ['+255621234567', 'TZ', 'Halotel', '64009'],
    ['+255732123456', 'TZ', 'TTCL', '64007'],
    ['+254722123456', 'KE', 'Safaricom', '63902'],
    ['+254110123456', 'KE', 'Safaricom', '63902'],
    ['+254733123456', 'KE', 'Airtel', '63903'],
    ['+254100123456', 'KE', 'Airtel', '63903'],
    ['+254771123456', 'KE', 'Telkom', '63907'],
    // A longer prefix inside a shorter one: 75 is Airtel's and 757 is not, 74 is Safaricom's and 747 is not.
    ['+254750123456', 'KE', 'Airtel', '63903'],
    ['+254757123456', 'KE', 'Safaricom', '63902'],
    ['+254740123456', 'KE', 'Safaricom', '63902'],
    ['+254747123456', 'KE', 'Faiba', '63910'],
    ['+237671234567', 'CM', 'MTN', '62401'],
    ['+237650123456', 'CM', 'MTN', '62401'],
    ['+237655123456', 'CM', 'Orange', '62402'],
    ['+237691234567', 'CM', 'Orange', '62402'],
    ['+237661234567', 'CM', 'Nexttel', '62404'],
    ['+237620123456', 'CM', 'Camtel', '62403'],
    ['+256772123456', 'UG', 'MTN', '64110'],
    ['+256752123456', 'UG', 'Airtel', '64101'],
    ['+250788123456', 'RW', 'MTN', '63510'],
    ['+250728123456', 'RW', 'Airtel', '63513'],
  ];
  for (const [msisdn, country, network, mccmnc] of vectors) {
    it(`knows ${network} ${country} by ${msisdn.slice(0, 7)}`, () =>
      assert.deepEqual(networkOf(parseMsisdn(msisdn, 'TZ')), { country, network, mccmnc }));
  }

  it('knows the country where it does not know the network', () => {
    assert.deepEqual(networkOf(parseMsisdn('+256720123456', 'UG')), { country: 'UG', network: null });
    assert.deepEqual(networkOf(parseMsisdn('+447400123456', 'GB')), { country: 'GB', network: null });
    assert.deepEqual(networkOf(parseMsisdn('+12025550123', 'US')), { country: 'US', network: null });
    assert.deepEqual(networkOf('+8811234567890' as Msisdn), { country: null, network: null });
  });

  it('gives every Tanzanian mobile prefix to somebody', () => {
    for (const prefix of [
      '61',
      '62',
      '63',
      '65',
      '66',
      '67',
      '68',
      '69',
      '70',
      '71',
      '72',
      '73',
      '74',
      '75',
      '76',
      '77',
      '78',
      '79',
    ]) {
      assert.notEqual(networkOf(parseMsisdn(`+255${prefix}1234567`, 'TZ')).network, null, prefix);
    }
  });
});
