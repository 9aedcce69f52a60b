using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>The keys of the configuration, as hashes, and whose they are.</summary>
internal sealed class ApiKeyStore(IOptions<InterestServiceOptions> options)
{
    private readonly (byte[] Hash, Caller Caller)[] _keys =
        [.. options.Value.ApiKeys.Select(key => (SHA256.HashData(Encoding.UTF8.GetBytes(key.Key)), new Caller(key.Name, key.Scopes)))];

    /// <returns>Null: the key is not known.</returns>
    public Caller? Find(string key)
    {
        // Hashes have one length, and comparing them takes one time, whatever was guessed right.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        foreach (var (known, caller) in _keys)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) return caller;
        return null;
    }
}

/// <summary>Who calls, and what that one may do.</summary>
internal sealed class Caller(string name, IReadOnlyCollection<string> scopes)
{
    private readonly HashSet<string> _scopes = [.. scopes];

    public ClaimsPrincipal Principal { get; } = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], ApiKeyAuthorization.Scheme));

    /// <summary>One of the scopes is enough, and <see cref="Scopes.Admin"/> for everything.</summary>
    public bool Has(RequiredScope required) => _scopes.Contains(Scopes.Admin) || Array.Exists(required.AnyOf, _scopes.Contains);
}
