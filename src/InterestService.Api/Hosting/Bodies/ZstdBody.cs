using ZstdSharp;
using ZstdSharp.Unsafe;

namespace InterestService.Api.Hosting.Bodies;

/// <summary>
/// Decompresses Zstandard (RFC 8878) of any number of frames, and says what is wrong with a body. The window, which decides how much memory a
/// body occupies, is at most 8 MiB: RFC 9659 permits no larger one in HTTP, and all levels of compression but <c>--ultra</c> and <c>--long</c> keep to it.
/// </summary>
internal sealed class ZstdBody : BodyStream
{
    private const int MaxWindowLog = 23;

    private readonly DecompressionStream _frames;
    private bool _begun;

    public ZstdBody(Stream body)
    {
        _frames = new DecompressionStream(body);
        _frames.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            int read = await _frames.ReadAsync(buffer, cancellationToken);
            _begun |= read > 0;
            return read;
        }
        catch (EndOfStreamException e)
        {
            throw new BadHttpRequestException("The body is cut off: its Zstandard data does not come to its end.", e);
        }
        catch (ZstdException e)
        {
            throw new BadHttpRequestException(Explain(e), e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _frames.Dispose();
        base.Dispose(disposing);
    }

    private string Explain(ZstdException e) => e.Code switch
    {
        ZSTD_ErrorCode.ZSTD_error_prefix_unknown when _begun => "The Zstandard data is followed by bytes that are not Zstandard.",
        ZSTD_ErrorCode.ZSTD_error_prefix_unknown => "The body is not Zstandard, which its Content-Encoding names.",
        ZSTD_ErrorCode.ZSTD_error_checksum_wrong => "The Zstandard checksum is wrong: the data is damaged.",
        ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge =>
            "The Zstandard data has a window of more than 8 MiB, the maximum in HTTP. Compress it without --ultra and --long.",
        ZSTD_ErrorCode.ZSTD_error_dictionary_wrong => "The Zstandard data needs a dictionary. Compress it without one.",
        _ => $"The Zstandard data is damaged: {e.Message}.",
    };
}
