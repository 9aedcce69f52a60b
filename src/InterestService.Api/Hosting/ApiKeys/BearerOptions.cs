namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>Whose JSON Web Tokens are accepted, in section <c>InterestService:Bearer</c>. Default: nobody's.</summary>
internal sealed class BearerOptions
{
    public const string Subsection = "Bearer";

    /// <summary>Address of an OpenID Connect issuer, whose <c>/.well-known/openid-configuration</c> names its keys. HTTPS, unless it is this machine.</summary>
    public string Authority { get; set; } = "";

    /// <summary>The audience (<c>aud</c>) that tokens must have.</summary>
    public string Audience { get; set; } = "";

    /// <summary>What values of the claims <c>scope</c>, <c>scp</c>, <c>roles</c> and <c>role</c> grant. Default: those that are scopes of this service grant them.</summary>
    public List<BearerGrant> Grants { get; set; } = [];

    /// <summary>Returns the errors of all settings.</summary>
    public IEnumerable<string> Validate()
    {
        if (Authority.Length == 0) yield break;
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var issuer) || !(issuer.Scheme == Uri.UriSchemeHttps || (issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback)))
            yield return $"Authority: Expected an address such as https://login.example.com, found '{Authority}'.";
        if (Audience.Length == 0) yield return "Audience: Expected the audience of the tokens; without it tokens for other services would be accepted.";
        for (int i = 0; i < Grants.Count; i++)
        {
            if (Grants[i].Value.Length == 0) yield return $"Grants__{i}__Value: Expected a value of a claim.";
            if (!Scopes.All.Contains(Grants[i].Scope)) yield return $"Grants__{i}__Scope: Expected {string.Join(", ", Scopes.All)}, found '{Grants[i].Scope}'.";
        }
    }
}

/// <summary>What a value of a claim grants.</summary>
internal sealed class BearerGrant
{
    /// <summary>The value, such as <c>interest-readers</c>.</summary>
    public string Value { get; set; } = "";

    /// <summary>A scope, such as <c>interests:read</c>.</summary>
    public string Scope { get; set; } = "";
}
