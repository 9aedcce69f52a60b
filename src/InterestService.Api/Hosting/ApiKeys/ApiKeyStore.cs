using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using InterestService.Api.Hosting.Http;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>All keys, as hashes, with the callers they belong to: those of the configuration and the managed ones. Thread-safe.</summary>
internal sealed class ApiKeyStore(IOptions<InterestServiceOptions> options, IHostEnvironment environment, ManagedKeys managed, BearerTokens tokens)
{
    /// <summary>The name of callers on this machine who need no key.</summary>
    public const string Developer = "developer";

    private const int StackBytes = 256;

    private static readonly Caller _developer = new(Developer, [Scopes.Admin]);

    private readonly bool _development = environment.IsDevelopment();

    private readonly (byte[] Hash, Caller Caller)[] _configured =
        [.. options.Value.ApiKeys.Select(key => (SHA256.HashData(Encoding.UTF8.GetBytes(key.Key)), new Caller(key.Name, key.Scopes)))];

    /// <summary>Finds who sent a request: by its key or, in Development, from this machine.</summary>
    /// <returns>Null when the key is unknown or missing.</returns>
    public Caller? FindCaller(HttpContext context)
    {
        string? key = context.Request.Headers[ApiKeyAuthorization.HeaderName];
        if (!string.IsNullOrEmpty(key)) return Find(key);
        return IsDeveloper(context) && !SameOrigin.MayBeUnasked(context.Request) ? _developer : null;
    }

    /// <summary>Returns whether a request lacks nothing but another type of its body: it would need no key if no page could send it unasked.</summary>
    public bool NeedsOtherType(HttpContext context) => !HasKey(context) && IsDeveloper(context) && SameOrigin.HasUnaskedType(context.Request);

    /// <summary>Finds who opens a page, also by a key that the browser sends as the password of any name (RFC 7617).</summary>
    /// <returns>Null when the key is unknown or missing.</returns>
    public Caller? FindVisitor(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var sent) || !sent.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            return FindCaller(context);
        byte[] bytes = new byte[sent.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(sent.Parameter ?? "", bytes, out int length)) return null;
        string credentials = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : Find(credentials[(colon + 1)..]);
    }

    /// <summary>Returns whether a request came with a key, known or not.</summary>
    public static bool HasKey(HttpContext context) => !string.IsNullOrEmpty(context.Request.Headers[ApiKeyAuthorization.HeaderName]);

    /// <summary>Returns whether the key of a request only seems not to be known, since the managed keys have not been read yet.</summary>
    public bool IsUndecided(HttpContext context) =>
        !managed.IsLoaded && context.Request.Headers[ApiKeyAuthorization.HeaderName].ToString().StartsWith(ManagedKey.Prefix, StringComparison.Ordinal);

    private bool IsDeveloper(HttpContext context) => _development && !tokens.IsSent(context) && LocalCaller.Is(context);

    private Caller? Find(string key) => managed.Find(key) ?? FindConfigured(key);

    private Caller? FindConfigured(string key)
    {
        if (_configured.Length == 0) return null;
        int length = Encoding.UTF8.GetByteCount(key);
        Span<byte> bytes = length <= StackBytes ? stackalloc byte[StackBytes] : new byte[length];
        // Hashes have one length, so that the time of a comparison does not depend on how much of a key was guessed.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], hash);
        foreach (var (known, caller) in _configured)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) return caller;
        return null;
    }
}
