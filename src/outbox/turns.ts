const PATIENCE_MS = 100

/** One mail's turn: `take` it before the server accepts the mail, `end` it when that is written. */
export interface Turn {
  take(): Promise<void>
  end(): void
}

/**
 * Lets mails end one after the other although they travel side by side: between the server's
 * acceptance and our note of it there is one mail at most, so that a process that is killed repeats
 * one mail, not one a connection. A server that takes its time is not waited for: after `patience` a
 * mail goes on without its turn.
 */
export class Turns {
  readonly #patience: number
  readonly #waiting: (() => void)[] = []
  #taken = false

  constructor(patience = PATIENCE_MS) {
    this.#patience = patience
  }

  turn(): Turn {
    let mine = false
    let ended = false
    return {
      take: async () => {
        mine = await this.#take()
        // The connection was lost while it waited: nobody would give the turn back.
        if (mine && ended) this.#pass()
      },
      end: () => {
        ended = true
        if (mine) this.#pass()
        mine = false
      },
    }
  }

  #take(): Promise<boolean> {
    if (!this.#taken) {
      this.#taken = true
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const granted = () => {
        clearTimeout(timer)
        resolve(true)
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(granted), 1)
        resolve(false)
      }, this.#patience)
      this.#waiting.push(granted)
    })
  }

  #pass(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken = false
  }
}
