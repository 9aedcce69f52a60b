namespace InterestService.Api.Tests.Reading.Formats;

/// <summary>Returns at most a given number of bytes per read, so that tests can place read boundaries anywhere.</summary>
internal sealed class TrickleStream(byte[] bytes, int step) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
}
