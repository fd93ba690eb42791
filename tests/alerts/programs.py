"""Programs under test and what they send: started, listened to, ended. Waits are for a line or a message, with a
long limit; a test that reaches the limit has failed."""

import ctypes
import email
import email.policy
import http.server
import json
import queue
import re
import signal
import socketserver
import subprocess
import threading

LONG_LIMIT = 120  # seconds
_LIBC = ctypes.CDLL(None)


def _die_with_parent():
    _LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Program:
    """What it says goes to a log and to `wait_for`. Ended by stop(); dies with the test. Start it on its main thread."""

    def __init__(self, *words, log):
        self.name = words[0].rsplit("/", 1)[-1]
        self._log = log
        self._lines = queue.Queue()
        self._passed_over = []
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True, preexec_fn=_die_with_parent)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self._log.open("a", encoding="utf-8") as log:
            for line in self._process.stdout:
                log.write(line)
                log.flush()
                self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, pattern):
        """The match of the first line that has it and that was not the answer before. Threads of a program may say
        things in any order, so lines that were passed over are looked at again."""
        for line in self._passed_over:
            if found := re.search(pattern, line):
                self._passed_over.remove(line)
                return found
        while True:
            try:
                line = self._lines.get(timeout=LONG_LIMIT)
            except queue.Empty:
                raise AssertionError(f"{self.name} did not say {pattern!r} within {LONG_LIMIT} s") from None
            if line is None:
                raise AssertionError(f"{self.name} ended before it said {pattern!r}:\n{self._log.read_text()}")
            if found := re.search(pattern, line):
                return found
            self._passed_over.append(line)

    def stop(self, kill=False):
        if self._process.poll() is None:
            self._process.kill() if kill else self._process.terminate()
        self._process.wait(LONG_LIMIT)
        self._reader.join()
        self._process.stdout.close()


class Inbox:
    """What arrived, kept until somebody asks for it."""

    def __init__(self):
        self._arrived = threading.Condition()
        self._messages = []

    def put(self, message):
        with self._arrived:
            self._messages.append(message)
            self._arrived.notify_all()

    def next(self, wanted):
        """Waits for the first message for which `wanted` holds, and takes it out; the others stay."""
        def arrived():
            return next((message for message in self._messages if wanted(message)), None)

        with self._arrived:
            message = self._arrived.wait_for(arrived, LONG_LIMIT)
            if not message:
                raise AssertionError("not among what arrived:\n" + "\n".join(map(str, self._messages)))
            self._messages.remove(message)
            return message


class WebhookReceiver:
    """Takes POSTs of JSON: (Authorization, body) go to `inbox`."""

    def __init__(self, inbox):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                inbox.put((self.headers.get("Authorization"), body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = "127.0.0.1:%d" % self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class MailReceiver:
    """As much of SMTP as it takes to receive mail: messages go to `inbox`."""

    def __init__(self, inbox):
        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                self.say("220 test")
                for line in self.rfile:
                    word = line.split()[0].upper().decode()
                    if word == "EHLO":
                        self.say("250-test\r\n250 AUTH PLAIN")
                    elif word == "AUTH":
                        self.say("235 taken")
                    elif word == "DATA":
                        self.say("354 go on")
                        text = b"".join(iter(self.rfile.readline, b".\r\n"))
                        inbox.put(email.message_from_bytes(text, policy=email.policy.default))
                        self.say("250 taken")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 yes")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = "127.0.0.1:%d" % self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
