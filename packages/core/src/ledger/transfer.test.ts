import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RefundPolicy } from '../accounts/account.js';
import {
  holdStateAfter,
  settlementOf,
  sumByAccount,
  transferPhases,
  type HoldState,
  type Transfer,
  type TransferKind,
} from './transfer.js';

const policies: RefundPolicy[] = ['on_accept', 'on_submit', 'on_delivered'];

/** What can be known of a message: was it handed over, and was it delivered? */
const ends = {
  refused: { handedOver: false, delivered: false },
  submitted: { handedOver: true, delivered: null },
  delivered: { handedOver: true, delivered: true },
  lost: { handedOver: true, delivered: false },
} as const;
type End = keyof typeof ends;

const everyEnd = Object.keys(ends) as End[];
type Settlement = ReturnType<typeof settlementOf>;

describe('settlementOf', () => {
  const ofHeld: Record<RefundPolicy, Record<End, Settlement>> = {
    on_accept: { refused: 'capture', submitted: 'capture', delivered: 'capture', lost: 'capture' },
    on_submit: { refused: 'release', submitted: 'capture', delivered: 'capture', lost: 'capture' },
    on_delivered: { refused: 'release', submitted: 'capture', delivered: 'capture', lost: 'release' },
  };
  const ofCaptured: Record<RefundPolicy, Record<End, Settlement>> = {
    on_accept: { refused: null, submitted: null, delivered: null, lost: null },
    on_submit: { refused: null, submitted: null, delivered: null, lost: null },
    on_delivered: { refused: 'refund', submitted: null, delivered: null, lost: 'refund' },
  };

  for (const policy of policies) {
    it(`settles a hold and a capture as ${policy} says`, () => {
      const settled = (hold: HoldState): Record<string, Settlement> =>
        Object.fromEntries(everyEnd.map((end) => [end, settlementOf(hold, policy, ends[end])]));
      assert.deepEqual(settled('held'), ofHeld[policy]);
      assert.deepEqual(settled('captured'), ofCaptured[policy]);
    });
  }

  it('leaves what was given back alone', () => {
    for (const policy of policies) {
      for (const end of everyEnd) {
        assert.equal(settlementOf('released', policy, ends[end]), null);
        assert.equal(settlementOf('refunded', policy, ends[end]), null);
      }
    }
  });

  it('moves money in a later phase each time, whatever comes after whatever', () => {
    fc.assert(
      fc.property(fc.constantFrom(...policies), fc.array(fc.constantFrom(...everyEnd)), (policy, reported) => {
        let hold: HoldState = 'held';
        let phase: number = transferPhases.hold;
        for (const end of reported) {
          const kind = settlementOf(hold, policy, ends[end]);
          if (kind === null) continue;
          assert.ok(transferPhases[kind] > phase, `${kind} in phase ${phase}`);
          phase = transferPhases[kind];
          hold = holdStateAfter[kind];
        }
      }),
    );
  });
});

describe('sumByAccount', () => {
  const transfer = (kind: TransferKind, amount: number, accountId = 'a'): Transfer => ({
    subjectId: 's',
    accountId,
    kind,
    amount,
    at: 0,
  });

  it('takes from one ledger account what it gives to another', () => {
    const moved = (kind: TransferKind): unknown => {
      const [sum] = sumByAccount([transfer(kind, 7)]);
      if (!sum) return undefined;
      const { accountId, ...balance } = sum;
      return Object.fromEntries(Object.entries(balance).filter(([, amount]) => amount !== 0));
    };
    assert.deepEqual(moved('top_up'), { funded: -7, available: 7 });
    assert.deepEqual(moved('hold'), { available: -7, held: 7 });
    assert.deepEqual(moved('reserve'), { available: -7, held: 7 });
    assert.equal(moved('allot'), undefined);
    assert.deepEqual(moved('return'), { held: -7, available: 7 });
    assert.deepEqual(moved('capture'), { held: -7, captured: 7 });
    assert.deepEqual(moved('release'), { held: -7, available: 7 });
    assert.deepEqual(moved('refund'), { captured: -7, available: 7 });
  });

  it('comes to nought for each account, one row an account, always in one order', () => {
    const anyTransfer = fc.record({
      subjectId: fc.constant('s'),
      accountId: fc.constantFrom('c', 'a', 'b'),
      kind: fc.constantFrom<TransferKind>('top_up', 'hold', 'reserve', 'capture', 'release', 'return', 'refund'),
      amount: fc.nat(1_000_000_000),
      at: fc.constant(0),
    });
    fc.assert(
      fc.property(fc.array(anyTransfer), (transfers) => {
        const sums = sumByAccount(transfers);
        const accounts = sums.map(({ accountId }) => accountId);
        assert.deepEqual(accounts, [...new Set(transfers.map(({ accountId }) => accountId))].sort());
        for (const { available, held, captured, funded } of sums) assert.equal(available + held + captured + funded, 0);
      }),
    );
  });
});
