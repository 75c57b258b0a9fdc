// src/const.ts repeats numbers of other packages, as mib imports core only: here they are held against those.
import { expect, it } from 'vitest'
import * as ipv4 from '../../ipv4/src/ids.ts'
import * as ping from '../../ping/src/ids.ts'
import * as states from '../../tcp/src/const.ts'
import * as tcp from '../../tcp/src/ids.ts'
import * as tfo from '../../tfo/src/ids.ts'
import * as udp from '../../udp/src/ids.ts'
import * as own from '../src/const.ts'

type Numbers = { readonly [name: string]: unknown }

const ids: Numbers = { ...ipv4, ...ping, ...tcp, ...tfo, ...udp }
const repeated = Object.entries(own).filter(([name]) => /^(FRAGMENT|ICMP|IP|LOCAL|PING|TCP|TFO|UDP)_/.test(name))

it.each(repeated)('%s is %i, as in the package that tells it', (name, value) => {
  expect(ids[name]).toBe(value)
})

it.each([
  'CLOSED',
  'SYN_SENT',
  'SYN_RECEIVED',
  'ESTABLISHED',
  'CLOSE_WAIT',
  'FIN_WAIT_2',
  'TIME_WAIT',
  'FIN',
  'SYN',
  'RST',
  'ACK',
])('%s is what it is in tcp', name => {
  expect((own as Numbers)[name]).toBeDefined()
  expect((own as Numbers)[name]).toBe((states as Numbers)[name])
})

it('the ids are told from the other constants by their names', () => {
  expect(repeated.length).toBeGreaterThan(60)
})
