// What both machines are given. Each is one thing; what it leaves behind is cleaned up before the next.
import { edgeStimuli } from './stimuli-edges.ts'
import { icmpStimuli } from './stimuli-icmp.ts'
import { ipStimuli } from './stimuli-ip.ts'
import { optionStimuli } from './stimuli-options.ts'
import { tcpStimuli } from './stimuli-tcp.ts'
import { udpStimuli } from './stimuli-udp.ts'
import type { Subject } from './subject.ts'

export interface Stimulus {
  readonly name: string
  /** What is not counted. */
  first?(t: Subject): Promise<void>
  last?(t: Subject): Promise<void>
  run(t: Subject): Promise<void>
}

export const stimuli = (): Stimulus[] => [
  ...ipStimuli(),
  ...icmpStimuli(),
  ...udpStimuli(),
  ...tcpStimuli(),
  ...optionStimuli(),
  ...edgeStimuli(),
]
