// Why a wrapper drops a packet. A sentence for each is in @tiny/core/explain.
export const BPF_RECV = 800
export const BPF_SEND = 801
