using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Recommendations;

/// <summary>
/// The control group, whose users get popular items only. Membership follows from the id of a person and the salt, so that nothing is stored
/// and every process gives the same result.
/// </summary>
internal sealed class ControlGroup(IOptions<RecommendationOptions> options)
{
    private readonly double _share = options.Value.ControlShare;
    private readonly string _salt = options.Value.ControlSalt;

    public bool Has(string personId)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{_salt}\n{personId}"));
        return BinaryPrimitives.ReadUInt64BigEndian(hash) / Math.Pow(2, 64) < _share;
    }
}
