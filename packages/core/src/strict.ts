/** The options that each factory and verb knows, and the handlers. A type test compares every list with the package's own type. */
export const OPTIONS = {
  core: ['room', 'pool', 'observer'],
  ethernet: ['neighbours', 'age'],
  bare: ['address', 'gateways', 'fragment', 'ttl'],
  ipv4: ['address', 'gateways', 'fragment', 'maxDatagram', 'reassemblies', 'ttl'],
  gateways: ['paths'],
  local: ['queue'],
  udp: ['sockets'],
  tcp: [
    'connections',
    'timeWaits',
    'sendBuffer',
    'receiveBuffer',
    'minRto',
    'timeWait',
    'windowScale',
    'timestamps',
    'sack',
    'congestion',
    'ecn',
    'fastOpen',
    'timers',
  ],
  tfo: ['servers', 'cookieAge', 'backOff', 'key', 'keyAge'],
  mib: ['wide'],
  ping: ['sockets', 'requests'],
  raw: ['sockets', 'whole'],
  packet: ['sockets'],
  sim: ['seed', 'start', 'trace'],
  // wire and lossy: impairments first.
  wire: [
    'delay',
    'jitter',
    'bandwidth',
    'backlog',
    'loss',
    'reorder',
    'late',
    'duplicate',
    'corrupt',
    'bits',
    'limit',
    'refuse',
    'queue',
    'frames',
    'mtu',
    'pad',
    'caps',
  ],
  lossy: [
    'delay',
    'jitter',
    'bandwidth',
    'backlog',
    'loss',
    'reorder',
    'late',
    'duplicate',
    'corrupt',
    'bits',
    'limit',
    'refuse',
    'queue',
    'frames',
    'seed',
  ],
  pair: ['frames', 'mtu'],
  capture: ['name', 'snaplen', 'comment'],
  captureAdd: ['name', 'snaplen', 'mac'],
  filter: ['type', 'snap', 'netmask', 'names'],
  filtered: ['recv', 'send'],
  pcap: ['start', 'snaplen'],
  tap: ['name', 'mtu', 'mac', 'owner', 'isPersistent', 'onGone'],
  tun: ['name', 'mtu', 'owner', 'isPersistent', 'onGone'],
  pcapng: ['start', 'hardware', 'os', 'application'],
  reader: ['limit'],
  replay: ['id', 'pause', 'sent', 'onEnd'],
  udpBind: ['accept', 'queue'],
  udpSend: ['ttl', 'tos', 'df', 'options', 'from'],
  pingSend: ['ttl', 'tos', 'df', 'options', 'size', 'timeout'],
  rawOpen: ['accept', 'queue'],
  rawSend: ['ttl', 'tos', 'df', 'options', 'from'],
  packetOpen: ['queue'],
  tcpListen: ['address', 'backlog'],
  tcpConnect: ['port', 'address'],
  tune: [
    'noDelay',
    'keepAlive',
    'keepInterval',
    'keepCount',
    'userTimeout',
    'tos',
    'ttl',
    'sendBuffer',
    'receiveBuffer',
  ],
  udpHandlers: ['onDatagram', 'onError'],
  tcpHandlers: ['onReadable', 'onWritable', 'onEnd', 'onUrgent', 'onError', 'onClose'],
  pingHandlers: ['onReply', 'onError'],
  rawHandlers: ['onDatagram', 'onError'],
  packetHandlers: ['onFrame', 'onError'],
} as const

// Slots: what the function of a package gives, an object, or a function with parameters. That function itself, or true,
// would be called by nobody, or fail at the first packet. Addresses and options are octets, not text.
const OBJECTS = [
  'address',
  'from',
  'options',
  'observer',
  'gateways',
  'windowScale',
  'timestamps',
  'sack',
  'congestion',
  'ecn',
  'fastOpen',
  'timers',
] as readonly string[]
const FUNCTIONS = ['fragment', 'whole'] as readonly string[]

// Handlers and other callbacks: any function.
const CALLBACK = /^(on[A-Z]|accept$)/

const isFilled = (key: string, value: unknown): boolean =>
  value === undefined ||
  ((OBJECTS.indexOf(key) < 0 || typeof value === 'object') &&
    (!CALLBACK.test(key) || typeof value === 'function') &&
    (FUNCTIONS.indexOf(key) < 0 || (typeof value === 'function' && value.length > 0)))

/**
 * Refuses option keys that a factory does not know, which JavaScript would pass over in silence: a misspelt option, or
 * one of a package that is not there. And what does not belong into a slot: `fragment: true`, or `sack` for `sack()`.
 * What verbs are given likewise: `udp(ip).bind(7, strict('udpHandlers', { onDatagram }))`. A release build may leave the call out.
 *
 * @returns the options, as they are
 * @throws RangeError such as `tcp: no option fastopen`, `ipv4: fragment cannot be true`; for no object
 */
export function strict<O extends object>(name: keyof typeof OPTIONS, options: O): O {
  const known: readonly string[] = OPTIONS[name]
  if (typeof options !== 'object' || !options) throw new RangeError(`${name}: ${options} is no object`)
  for (const key in options) {
    if (known.indexOf(key) < 0) throw new RangeError(`${name}: no option ${key}`)
    if (!isFilled(key, options[key])) throw new RangeError(`${name}: ${key} cannot be ${options[key]}`)
  }
  return options
}
