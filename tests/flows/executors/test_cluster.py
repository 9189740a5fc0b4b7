"""A Dask cluster as users start it: what is done where it dies, is not there, or is talked to without TLS."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from flows.executors import cluster
from flows.executors.choosing import executor_of
from flows.executors.cluster import Cluster
from flows.executors.executor import LostTask, run_all
from schemas.errors import ConfigurationError, ExecutorLostError
from schemas.settings.workspace import ScaleSettings
from tests.flows.executors.jobs import MESSAGE, die, die_at_first, double, fail
from tests.flows.executors.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigurationError, match=r"Install backorders\[dask\]"):
        Cluster(ScaleSettings(executor="tcp://127.0.0.1:1"))


@pytest.mark.parametrize(
    "executor",
    ["tcp://10.0.0.7:8786", "tls://host", "http://127.0.0.1:1", "processes:0", "processes", "dask"],
)
def test_an_executor_that_is_none_of_ours_is_refused(executor: str) -> None:
    with pytest.raises(ValidationError, match="is none of"):
        ScaleSettings(executor=executor)


def test_another_machine_is_talked_to_with_certificates_alone() -> None:
    with pytest.raises(ValidationError, match="needs tls_ca_file, tls_cert_file and tls_key_file"):
        ScaleSettings(executor="tls://scheduler.example:8786")


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    files = dict.fromkeys(("tls_ca_file", "tls_cert_file", "tls_key_file"), str(tmp_path / "none.pem"))
    with pytest.raises(ConfigurationError, match=r"none\.pem, named in \[scale\]"):
        Cluster(ScaleSettings.model_validate({"executor": "tls://127.0.0.1:1", **files}))


@pytest.mark.thorough
def test_where_no_scheduler_answers_the_night_ends_with_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "ATTEMPTS_SECONDS", 1)
    with pytest.raises(ExecutorLostError, match="does not answer, or has no worker") as raised:
        Cluster(ScaleSettings(executor=f"tcp://127.0.0.1:{free_port()}"))
    assert raised.value.exit_code == 50


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An authority, and one certificate that it signed, by the key of settings that names their file."""
    folder = tmp_path_factory.mktemp("certificates")
    key, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = certify("authority", key, key, "authority", is_authority=True)
    signed = certify("localhost", own, key, "authority")
    pem = serialization.Encoding.PEM
    contents = {
        "tls_ca_file": authority.public_bytes(pem),
        "tls_cert_file": signed.public_bytes(pem),
        "tls_key_file": own.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    }
    for name, content in contents.items():
        (folder / f"{name}.pem").write_bytes(content)
    return {name: str(folder / f"{name}.pem") for name in contents}


def certify(
    name: str,
    own: EllipticCurvePrivateKey,
    signer: EllipticCurvePrivateKey,
    issuer: str,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    """A certificate for this machine, good for a day."""
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word)]) for word in (name, issuer))
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def settings(
    certificates: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ScaleSettings]:
    """Of a scheduler and a worker that talk by TLS, in processes of their own."""
    folder, port = tmp_path_factory.mktemp("dask"), free_port()
    address = f"tls://127.0.0.1:{port}"
    tls = [f"--tls-{name.split('_')[1]}-file={path}" for name, path in certificates.items() if "ca" in name]
    tls += [f"--tls-cert={certificates['tls_cert_file']}", f"--tls-key={certificates['tls_key_file']}"]
    here = ["--host", "127.0.0.1", "--no-dashboard", *tls]
    scheduler = start(folder, "scheduler", "--protocol", "tls", "--port", str(port), *here)
    worker = start(
        *(folder, "worker", address, "--nworkers", "1", "--nthreads", "1", "--memory-limit", "0"),
        *("--local-directory", str(folder), *here),
    )
    yield ScaleSettings.model_validate({"executor": address, **certificates})
    for process in (worker, scheduler):
        process.terminate()
        process.wait(60)


def start(folder: Path, what: str, *words: str) -> subprocess.Popen[bytes]:
    """One of Dask's programs, whose words go to a file."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path.cwd()),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    }
    with (folder / f"{what}.log").open("ab") as log:
        command = [sys.executable, "-m", "dask", what, *words]
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment)


@pytest.mark.thorough
def test_a_cluster_does_what_it_is_asked_and_tells_whose_worker_died(
    settings: ScaleSettings, tmp_path: Path
) -> None:
    with executor_of(settings) as executor:
        assert executor is not None
        assert run_all(executor, double, [3, 1, 2], "task") == [6, 2, 4]
        assert run_all(executor, die_at_first, [str(tmp_path / "a")], "task") == [str(tmp_path / "a")]
        assert run_all(executor, die, [1], "task") == [LostTask("its worker died")]
        with pytest.raises(ValueError, match=MESSAGE):
            run_all(executor, fail, [1], "task")
        assert run_all(executor, double, [4], "task") == [8]


@pytest.mark.thorough
def test_who_has_no_certificate_is_not_let_in(
    settings: ScaleSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ATTEMPTS_SECONDS", 2)
    plain = settings.executor.replace("tls://", "tcp://")
    with pytest.raises(ExecutorLostError):
        Cluster(ScaleSettings(executor=plain))
