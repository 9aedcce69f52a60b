using System.Security.Claims;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>An authenticated caller and its scopes. Thread-safe.</summary>
/// <param name="name">Name of the caller.</param>
/// <param name="scopes">What the caller may do.</param>
/// <param name="scheme">How the caller was recognized.</param>
internal sealed class Caller(string name, IReadOnlyCollection<string> scopes, string scheme = ApiKeyAuthorization.Scheme)
{
    private readonly HashSet<string> _scopes = [.. scopes];
    private volatile bool _used;

    public string Name { get; } = name;

    public ClaimsPrincipal Principal { get; } = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], scheme));

    /// <summary>Returns whether the caller has one of the required scopes; <see cref="Scopes.Admin"/> includes every scope.</summary>
    public bool Has(RequiredScope required)
    {
        if (_scopes.Contains(Scopes.Admin)) return true;
        // A delegate would be allocated for each request, unless the JIT happens to inline it.
        foreach (string scope in required.AnyOf)
            if (_scopes.Contains(scope)) return true;
        return false;
    }

    /// <summary>Returns whether the caller has these scopes and no others.</summary>
    public bool HasExactly(IReadOnlyCollection<string> others) => _scopes.SetEquals(others);

    /// <summary>Notes that the caller has sent a request.</summary>
    public void MarkUsed()
    {
        if (!_used) _used = true; // processors share what is only read
    }

    /// <summary>Returns whether the caller has sent requests since the last call.</summary>
    public bool TakeUsed()
    {
        bool used = _used;
        _used = false;
        return used;
    }
}
