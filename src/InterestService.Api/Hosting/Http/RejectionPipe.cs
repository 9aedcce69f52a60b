using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// The transport of a connection. It passes everything on but the server's own answer to a request that it refuses, which has no body and
/// gets one here.
/// </summary>
internal sealed class RejectionPipe(IDuplexPipe transport) : PipeWriter, IDuplexPipe
{
    private static readonly byte[] _noBody = "\r\nContent-Length: 0\r\n"u8.ToArray();

    private ArrayBufferWriter<byte>? _answer;
    private byte[] _problem = [];

    public PipeReader Input => transport.Input;

    public PipeWriter Output => this;

    public override bool CanGetUnflushedBytes => transport.Output.CanGetUnflushedBytes;

    public override long UnflushedBytes => transport.Output.UnflushedBytes;

    private IBufferWriter<byte> Writer => _answer ?? (IBufferWriter<byte>)transport.Output;

    /// <summary>Gives the answer that the server writes next the body of a problem.</summary>
    public void Reject(byte[] problem) => (_problem, _answer) = (problem, new ArrayBufferWriter<byte>());

    public override Memory<byte> GetMemory(int sizeHint = 0) => Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Writer.GetSpan(sizeHint);

    public override void Advance(int bytes) => Writer.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        PassAnswer();
        return transport.Output.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => transport.Output.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        PassAnswer();
        transport.Output.Complete(exception);
    }

    private void PassAnswer()
    {
        if (_answer is not { WrittenCount: > 0 } held) return;
        _answer = null;
        var answer = held.WrittenSpan;
        int at = answer.IndexOf(_noBody);
        if (at < 0 || !answer.StartsWith("HTTP/1."u8) || !answer.EndsWith("\r\n\r\n"u8))
        {
            transport.Output.Write(answer);
            return;
        }

        string headers = string.Create(CultureInfo.InvariantCulture, $"\r\n{ContentSniffing.Line}\r\nContent-Type: application/problem+json\r\nContent-Length: {_problem.Length}\r\n");
        transport.Output.Write(answer[..at]);
        transport.Output.Write(Encoding.ASCII.GetBytes(headers));
        transport.Output.Write(answer[(at + _noBody.Length)..]);
        transport.Output.Write(_problem);
    }
}
