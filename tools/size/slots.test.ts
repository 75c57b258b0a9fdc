import { expect, it } from 'vitest'
import { emptied } from './slots.ts'

const CODE = `function tcp(ip, options) {
  const { timestamps, windowScale, sack, congestion, ecn, fastOpen } = options ?? {};
  const { a, b } = options ?? {};
  const most = windowScale ? 1 : 2;
  const e = { a, most, options: [timestamps, windowScale, sack, ecn, fastOpen], windowScale, timestamps, sack, congestion, ecn, fastOpen };
  for (const x of e.options) x.syn(e);
  const c = { mss: 0, sndShift: 0, rcvShift: 0, optLen: 0, isScaled: false, sack: null };
  if (!c.sack) c.mss = e.sack?.at ?? c.optLen;
  c.rcvShift = 3;
  c.ecn = null;
}`

it('everything that is there for a slot of TCP is taken out, and nothing else', () => {
  expect(emptied(CODE).replace(/\s+/g, ' ')).toBe(
    'function tcp(ip, options) { const unused = options ?? {}; const { a, b } = options ?? {}; const most = undefined ? 1 : 2; ' +
      'const e = { a, most, }; ; const c = { mss: 0, }; if (!undefined) c.mss = undefined?.at ?? 0; 0; 0; }',
  )
})

it('a name that is not in the code would cost nothing: it is refused', () => {
  expect(() => emptied(CODE.replaceAll('ecn', 'enc'))).toThrow('slots of TCP: there is no ecn')
})
