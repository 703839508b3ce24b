// Package deploy tests what operators take from this folder.
package deploy

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/sallyport-db/sallyport/internal/config"
)

func TestConfigurationsLoad(t *testing.T) {
	c, err := config.Load("systemd/sallyport.yaml")
	if err != nil {
		t.Fatal(err)
	}
	unit := directives(t, "systemd/sallyport.service")
	if want := "/var/lib/" + unit["StateDirectory"][0]; c.DataDir != want {
		t.Errorf("data_dir %s, StateDirectory %s", c.DataDir, want)
	}
	name, _, _ := strings.Cut(unit["LoadCredential"][0], ":")
	if want := "/run/credentials/sallyport.service/" + name; c.Upstreams[0].PasswordFile != want {
		t.Errorf("password_file %s, LoadCredential %s", c.Upstreams[0].PasswordFile, want)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warns: %v", c.Warnings)
	}
}

func TestUnitIsHardened(t *testing.T) {
	unit := directives(t, "systemd/sallyport.service")
	for key, want := range map[string]string{
		"User": "sallyport", "StateDirectoryMode": "0700", "UMask": "0077", "NoNewPrivileges": "yes", "ProtectSystem": "strict",
		"CapabilityBoundingSet": "", "MemoryDenyWriteExecute": "yes", "LimitCORE": "0", "ExecStart": "/usr/local/bin/sallyport serve",
		"ExecReload": "/usr/local/bin/sallyport config reload",
	} {
		if got := unit[key]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

// systemd's own opinion, where systemd is installed: it names misspelt directives and values. The binary and the user
// are not on the machine that runs this test.
func TestUnitIsValid(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("systemd-analyze is not installed (Debian's package systemd)")
		}
		t.Skip("systemd-analyze is not installed (Debian's package systemd)")
	}
	text, err := os.ReadFile("systemd/sallyport.service")
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("/usr/local/bin/sallyport"), []byte("/bin/true"))
	file := filepath.Join(t.TempDir(), "sallyport.service")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(analyze, "verify", "--man=no", file).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "sallyport.service") {
			t.Error(line)
		}
	}
	if err != nil {
		t.Logf("systemd-analyze: %v\n%s", err, out)
	}
}

// object is what the test looks at in a Kubernetes manifest.
type object struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string]string
	Spec     struct {
		Replicas int
		Strategy struct{ Type string }
		Template struct {
			Spec struct {
				SecurityContext struct {
					RunAsNonRoot bool `yaml:"runAsNonRoot"`
					FSGroup      int  `yaml:"fsGroup"`
				} `yaml:"securityContext"`
				InitContainers []container `yaml:"initContainers"`
				Containers     []container
				Volumes        []struct {
					Name                  string
					ConfigMap             struct{ Name string } `yaml:"configMap"`
					PersistentVolumeClaim struct {
						ClaimName string `yaml:"claimName"`
					} `yaml:"persistentVolumeClaim"`
					Secret struct {
						SecretName  string `yaml:"secretName"`
						DefaultMode int    `yaml:"defaultMode"`
					}
				}
			}
		}
	}
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

type container struct {
	Name            string
	Args            []string
	StartupProbe    probe `yaml:"startupProbe"`
	ReadinessProbe  probe `yaml:"readinessProbe"`
	LivenessProbe   probe `yaml:"livenessProbe"`
	SecurityContext struct {
		RunAsUser              int  `yaml:"runAsUser"`
		ReadOnlyRootFilesystem bool `yaml:"readOnlyRootFilesystem"`
	} `yaml:"securityContext"`
	VolumeMounts []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
	} `yaml:"volumeMounts"`
}

func TestSidecarConfigurationLoads(t *testing.T) {
	c := sidecarConfig(t)
	if c.Listen.Postgres != "127.0.0.1:6432" {
		t.Errorf("the sidecar listens on %s: no other pod should reach it", c.Listen.Postgres)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warns: %v", c.Warnings)
	}
}

func TestSidecarMountsWhatItsConfigurationNames(t *testing.T) {
	c := sidecarConfig(t)
	spec := manifest(t, "Deployment").Spec
	pod := spec.Template.Spec
	if len(pod.InitContainers) != 1 || len(pod.Containers) != 1 {
		t.Fatalf("containers: %+v", pod)
	}
	sidecar := pod.InitContainers[0]
	mounts := map[string]string{} // volume → path
	for _, m := range sidecar.VolumeMounts {
		mounts[m.Name] = m.MountPath
	}
	// data_dir is a folder below the volume: a volume's own root is the group's, and Sallyport refuses it.
	if filepath.Dir(c.DataDir) != mounts["data"] {
		t.Errorf("data_dir %s is not a folder of its own in the volume at %s", c.DataDir, mounts["data"])
	}
	if filepath.Dir(c.Upstreams[0].PasswordFile) != mounts["database"] || mounts["config"] != "/etc/sallyport" {
		t.Errorf("mounts %v, password_file %s", mounts, c.Upstreams[0].PasswordFile)
	}
	for _, v := range pod.Volumes {
		if v.Secret.SecretName != "" && v.Secret.DefaultMode != 0o440 {
			t.Errorf("the secret is mounted with mode %04o, and Sallyport refuses what others may read", v.Secret.DefaultMode)
		}
		if n := v.ConfigMap.Name; n != "" && n != manifest(t, "ConfigMap").Metadata.Name {
			t.Errorf("no ConfigMap %s", n)
		}
		if n := v.PersistentVolumeClaim.ClaimName; n != "" && n != manifest(t, "PersistentVolumeClaim").Metadata.Name {
			t.Errorf("no PersistentVolumeClaim %s", n)
		}
	}
	if len(pod.Containers[0].VolumeMounts) != 0 {
		t.Error("the application mounts something of the sidecar's")
	}
	if spec.Replicas != 1 || spec.Strategy.Type != "Recreate" {
		t.Error("two pods could want one data_dir")
	}
}

func TestSidecarRunsAsNobodyElse(t *testing.T) {
	pod := manifest(t, "Deployment").Spec.Template.Spec
	sidecar, app := pod.InitContainers[0], pod.Containers[0]
	if !pod.SecurityContext.RunAsNonRoot || !sidecar.SecurityContext.ReadOnlyRootFilesystem ||
		sidecar.SecurityContext.RunAsUser != pod.SecurityContext.FSGroup ||
		sidecar.SecurityContext.RunAsUser == app.SecurityContext.RunAsUser {
		t.Errorf("users: pod %+v, sidecar %+v, app %+v", pod.SecurityContext, sidecar.SecurityContext, app.SecurityContext)
	}
	for _, p := range []struct{ got, want probe }{
		{sidecar.StartupProbe, probeOf("/readyz")}, {sidecar.ReadinessProbe, probeOf("/readyz")}, {sidecar.LivenessProbe, probeOf("/healthz")},
	} {
		if p.got != p.want {
			t.Errorf("probe %+v, want %+v", p.got, p.want)
		}
	}
	if !slices.Equal(sidecar.Args, []string{"serve"}) {
		t.Errorf("args %v", sidecar.Args)
	}
}

func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nFROM scratch\n", "\nUSER 65532:65532\n", "CGO_ENABLED=0", "-X main.version=$VERSION", "./cmd/sallyport\n",
		"\nENTRYPOINT [\"/sallyport\"]\n", "\nCMD [\"serve\"]\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the Dockerfile has no %q", want)
		}
	}
	ignore, err := os.ReadFile("Dockerfile.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	// Each folder of the product's packages must reach the build, and nothing beside them.
	for line := range strings.Lines(string(ignore)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			if _, err := os.Stat(filepath.Join("..", name)); err != nil {
				t.Errorf("Dockerfile.dockerignore lets in %s: %v", name, err)
			}
		}
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "../cmd/sallyport").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		rest, ours := strings.CutPrefix(strings.TrimSpace(line), "github.com/sallyport-db/sallyport/")
		top, _, _ := strings.Cut(rest, "/")
		if ours && !strings.Contains(string(ignore), "\n!"+top+"\n") {
			t.Errorf("the image's build needs %s, and Dockerfile.dockerignore keeps it out", top)
		}
	}
}

func probeOf(path string) (p probe) {
	p.HTTPGet.Path, p.HTTPGet.Port = path, "http"
	return p
}

func sidecarConfig(t *testing.T) *config.Config {
	t.Helper()
	text, ok := manifest(t, "ConfigMap").Data["sallyport.yaml"]
	if !ok {
		t.Fatal("the ConfigMap holds no sallyport.yaml")
	}
	c, err := config.Parse("/etc/sallyport/sallyport.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// manifest returns the one object of that kind.
func manifest(t *testing.T, kind string) object {
	t.Helper()
	text, err := os.ReadFile("kubernetes/sidecar.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var found []object
	for doc := range strings.SplitSeq(string(text), "\n---\n") {
		var o object
		if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
			t.Fatal(err)
		}
		if o.Kind == kind {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d objects of kind %s", len(found), kind)
	}
	return found[0]
}

// directives reads a unit file.
func directives(t *testing.T, file string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			found[key] = append(found[key], value)
		}
	}
	return found
}
