# Newsbot, live: two stages, so that nothing that only builds stands in the image. Everything it keeps is in /data.
#   docker build -t newsbot .
#   docker run --env-file .env -v newsbot-data:/data newsbot
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/newsbot
WORKDIR /src
# The libraries first: they change rarely, so this layer is kept.
COPY requirements.lock ./
RUN /opt/newsbot/bin/python -m pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot ./bot
COPY handlers ./handlers
COPY storage ./storage
RUN /opt/newsbot/bin/python -m pip install --no-deps . \
 && /opt/newsbot/bin/python -m pip uninstall --yes pip

FROM python:3.11-slim
RUN groupadd --system --gid 10001 newsbot \
 && useradd --system --uid 10001 --gid newsbot --no-create-home --home-dir /data --shell /usr/sbin/nologin newsbot \
 && install --directory --owner newsbot --group newsbot --mode 0700 /data /backups
COPY --from=build /opt/newsbot /opt/newsbot
ENV PATH=/opt/newsbot/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LOG_FORMAT=json HTTP_HOST=0.0.0.0 HTTP_PORT=8080
# From here the default DATABASE_URL, sqlite:///data/newsbot.db, is /data/newsbot.db.
WORKDIR /
VOLUME ["/data", "/backups"]
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# Ready: the database answers, feeds are polled, posts go out, Telegram is reached. It needs no curl.
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['HTTP_PORT'] + '/readyz', timeout=8)"]
ENTRYPOINT ["newsbot"]
CMD ["run"]
