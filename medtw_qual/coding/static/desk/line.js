// The line to the kernel. A lost message raises no error in a notebook: only an answer shows that one arrived. What is not
// answered is sent again until it is; the kernel knows a decision by its id and never writes it twice.

const ANSWER_MS = 3000;
const RETRY_MS = 5000;
const SILENT =
  "Not saved: the kernel is not answering (busy, stopped, or the connection is lost). Your decision is kept in this " +
  "browser and sent again. If the kernel was restarted, run this cell again: the decision is then saved.";

class Line {
  /** `unanswered` returns the messages that still want an answer; `onanswer` and `onsilence` are told. */
  constructor(model, { onanswer, onsilence, unanswered }) {
    Object.assign(this, { model, onsilence, unanswered, timer: 0 });
    this.listener = (message) => {
      if (!["view", "saved", "refused", "list"].includes(message.type)) return;
      clearTimeout(this.timer);
      onanswer(message);
    };
    model.on("msg:custom", this.listener);
  }

  close() {
    this.model.off("msg:custom", this.listener);
    clearTimeout(this.timer);
  }

  send(message) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.silent(), ANSWER_MS);
    try {
      this.model.send(message);
    } catch {
      this.silent(); // the kernel is known to be gone
    }
  }

  silent() {
    this.onsilence(SILENT);
    this.retry();
  }

  retry() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), RETRY_MS);
  }

  again() {
    const left = this.unanswered();
    (left.length ? left : [{ type: "hello" }]).forEach((message) => this.send(message));
  }
}
