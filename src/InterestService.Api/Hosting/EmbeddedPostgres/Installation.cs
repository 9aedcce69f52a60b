namespace InterestService.Api.Hosting.EmbeddedPostgres;

/// <summary>The programs of one PostgreSQL server version on this machine.</summary>
/// <param name="Folder">Holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
/// <param name="MajorVersion">As in a cluster's <c>PG_VERSION</c>, e.g. <c>15</c>.</param>
internal sealed record Installation(string Folder, string MajorVersion)
{
    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");
}
