using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>The keys of the configuration, as hashes, with the callers they belong to.</summary>
internal sealed class ApiKeyStore(IOptions<InterestServiceOptions> options, IHostEnvironment environment)
{
    private static readonly Caller _developer = new("developer", [Scopes.Admin]);

    private readonly bool _development = environment.IsDevelopment();

    private readonly (byte[] Hash, Caller Caller)[] _keys =
        [.. options.Value.ApiKeys.Select(key => (SHA256.HashData(Encoding.UTF8.GetBytes(key.Key)), new Caller(key.Name, key.Scopes)))];

    /// <summary>Finds who sent a request: by its key or, in Development, from this machine.</summary>
    /// <returns>Null when the key is unknown or missing.</returns>
    public Caller? FindCaller(HttpContext context)
    {
        string? key = context.Request.Headers[ApiKeyAuthorization.HeaderName];
        if (!string.IsNullOrEmpty(key)) return Find(key);
        return _development && LocalCaller.Is(context) ? _developer : null;
    }

    private Caller? Find(string key)
    {
        // Hashes have one length, so that the time of a comparison does not depend on how much of a key was guessed.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        foreach (var (known, caller) in _keys)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) return caller;
        return null;
    }
}

/// <summary>An authenticated caller and its scopes.</summary>
internal sealed class Caller(string name, IReadOnlyCollection<string> scopes)
{
    private readonly HashSet<string> _scopes = [.. scopes];

    public ClaimsPrincipal Principal { get; } = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], ApiKeyAuthorization.Scheme));

    /// <summary>Returns whether the caller has one of the required scopes; <see cref="Scopes.Admin"/> includes every scope.</summary>
    public bool Has(RequiredScope required)
    {
        if (_scopes.Contains(Scopes.Admin)) return true;
        // A delegate would be allocated for each request, unless the JIT happens to inline it.
        foreach (string scope in required.AnyOf)
            if (_scopes.Contains(scope)) return true;
        return false;
    }
}
