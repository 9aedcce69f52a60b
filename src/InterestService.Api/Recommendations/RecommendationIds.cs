using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Recommendations;

/// <summary>The origin of a recommendation, which its id contains.</summary>
/// <param name="IsControl">True when the user was in the control group.</param>
/// <param name="ClusterId">Id of the user's cluster at that time; 0 when there was none.</param>
internal readonly record struct RecommendationOrigin(bool IsControl, int ClusterId);

/// <summary>
/// Issues ids that contain the origin of a recommendation, so that recommendations need not be stored: membership in the control group, the
/// cluster, 56 random bits, and the first 48 bits of a keyed hash (HMAC-SHA-256, RFC 2104) of these, which identifies ids that were never issued.
/// </summary>
internal sealed class RecommendationIds(IOptions<RecommendationOptions> options)
{
    private const int ContentBytes = 12;
    private const int Bytes = 18;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.RecommendationKey);

    /// <returns>24 URL-safe characters.</returns>
    public string Issue(RecommendationOrigin origin)
    {
        Span<byte> id = stackalloc byte[Bytes];
        id[0] = (byte)(origin.IsControl ? 1 : 0);
        BinaryPrimitives.WriteInt32BigEndian(id[1..], origin.ClusterId);
        RandomNumberGenerator.Fill(id[5..ContentBytes]);
        Sign(id[..ContentBytes], id[ContentBytes..]);
        return Base64Url.EncodeToString(id);
    }

    /// <returns>The origin; null when the id was never issued.</returns>
    public RecommendationOrigin? Read(string recommendationId)
    {
        Span<byte> id = stackalloc byte[Bytes], signature = stackalloc byte[Bytes - ContentBytes];
        if (!Base64Url.IsValid(recommendationId, out int length) || length != Bytes) return null;
        Base64Url.DecodeFromChars(recommendationId, id);
        Sign(id[..ContentBytes], signature);
        return CryptographicOperations.FixedTimeEquals(signature, id[ContentBytes..])
            ? new RecommendationOrigin(id[0] == 1, BinaryPrimitives.ReadInt32BigEndian(id[1..]))
            : null;
    }

    private void Sign(ReadOnlySpan<byte> content, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content, hash);
        hash[..signature.Length].CopyTo(signature);
    }
}
