// What both machines are given. Each is one thing; what it leaves behind is cleaned up before the next.
import { icmpStimuli } from './stimuli-icmp.ts'
import { ipStimuli } from './stimuli-ip.ts'
import { optionStimuli } from './stimuli-options.ts'
import { tcpStimuli } from './stimuli-tcp.ts'
import { udpStimuli } from './stimuli-udp.ts'
import type { Subject } from './subject.ts'

export interface Stimulus {
  readonly name: string
  run(t: Subject): Promise<void>
}

export const stimuli = (): Stimulus[] => [
  ...ipStimuli(),
  ...icmpStimuli(),
  ...udpStimuli(),
  ...tcpStimuli(),
  ...optionStimuli(),
]
