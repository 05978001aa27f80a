// The page's side of the worker that runs Python: questions with promised answers, progress, and a stop that holds.
import type { Answer, FileGiven, Parts, Progress } from "./questions";

export class StoppedError extends Error {}

/** Python has ended without being stopped, and has to be started anew. */
export class CrashedError extends Error {}

interface Waiting {
  resolve(found: never): void;
  reject(error: Error): void;
}

export class Engine {
  onProgress: (progress: Progress) => void = () => {};
  /** Called where Python ends while nothing is asked of it. */
  onCrash: (error: CrashedError) => void = () => {};
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;

  constructor(
    private readonly address: string,
    private readonly parts: () => Promise<Parts>,
  ) {}

  /** Starts Python; whatever runs is stopped, and what it was asked is refused with StoppedError. */
  async start(): Promise<void> {
    this.stop();
    this.worker = new Worker(this.address);
    this.worker.onmessage = ({ data }: MessageEvent<Answer>) => this.hear(data);
    this.worker.onerror = (event) => this.crash(event.message || "the engine has ended");
    const parts = await this.parts();
    await this.post({ parts }, Object.values(parts).map((part) => part.buffer));
  }

  /** Returns what Python answers. Files are put into its memory first. */
  async ask<Found>(what: string, given: object = {}, files: FileGiven[] = []): Promise<Found> {
    return this.post<Found>({ what, given, files }, []);
  }

  stop(): void {
    this.worker?.terminate();
    this.end(new StoppedError("stopped"));
  }

  private post<Found>(message: object, handedOver: Transferable[]): Promise<Found> {
    const number = ++this.count;
    return new Promise<Found>((resolve, reject) => {
      this.waiting.set(number, { resolve: resolve as Waiting["resolve"], reject });
      this.worker!.postMessage({ number, ...message }, handedOver);
    });
  }

  private hear(answer: Answer): void {
    if (answer.progress) return this.onProgress(answer.progress);
    const asked = this.waiting.get(answer.number);
    this.waiting.delete(answer.number);
    if (answer.failed !== undefined && answer.crashed) this.crash(answer.failed, asked);
    else if (answer.failed !== undefined) asked?.reject(new Error(answer.failed));
    else asked?.resolve(answer.found as never);
  }

  private crash(message: string, asked?: Waiting): void {
    const error = new CrashedError(message);
    const isAwaited = asked !== undefined || this.waiting.size > 0;
    this.worker?.terminate();
    asked?.reject(error);
    this.end(error);
    if (!isAwaited) this.onCrash(error);
  }

  private end(error: Error): void {
    for (const one of this.waiting.values()) one.reject(error);
    this.waiting.clear();
  }
}
