using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Recommendations;

/// <summary>
/// The users who get popular items only, so that there is something to compare with. Who is in it follows from the id and the salt:
/// nothing is stored, and every process says the same.
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
