# Independent reference for tests/suite/estimates.rs: moments by hand with NumPy 2 and SciPy 1, one design after the other.
# Run here: python3 reference.py
import numpy as np, csv
def load(f):
    return list(csv.DictReader(open(f)))
def stage_var(z, levels, pops, s=0):
    # levels: list of arrays (stratum, unit) per stage; returns variance of the total of z
    v=0.0
    st,un=levels[s]
    for h in np.unique(st):
        m=st==h; us=np.unique(un[m]); n=len(us)
        N=pops[s][m][0] if pops else np.inf
        f=1-n/N if np.isfinite(N) else 1.0
        t=np.array([z[m&(un==u)].sum() for u in us])
        if f>1e-7: v+=f*n*t.var(ddof=1)
        if pops and s+1<len(levels):
            for u in us:
                k=m&(un==u)
                v+=n/N*stage_var(z[k],[(a[k],b[k]) for a,b in levels],[p[k] for p in pops],s+1)
    return v
def lin(y,x,w):
    r=(w*y).sum()/(w*x).sum(); return r, w*(y-r*x)/(w*x).sum()
S=load('apistrat.csv')
st=np.array([r['stype'] for r in S]); i=np.arange(len(S))
g=lambda k:np.array([float(r[k]) for r in S])
w=g('pw'); lev=[(st,i)]; pop=[g('fpc')]
def show(name,r,z,lev,pop): print(name, repr(float(r)), repr(float(np.sqrt(stage_var(z,lev,pop)))))
r,z=lin(g('api00'),np.ones(200),w); show('strat mean api00',r,z,lev,pop)
show('strat total enroll',(w*g('enroll')).sum(),w*g('enroll'),lev,pop)
r,z=lin(g('api.stu'),g('enroll'),w); show('strat ratio',r,z,lev,pop)
r,z=lin(g('api00'),np.ones(200),w); show('strat mean api00 without fpc',r,z,lev,None)
r,z=lin((g('api00')>=700)*1.0,np.ones(200),w); show('strat share>=700',r,z,lev,pop)
r,z=lin(g('api00')*(g('enroll')>=600),(g('enroll')>=600)*1.0,w)
show('strat domain enroll>=600 mean api00',r,z,lev,pop)
C=load('apiclus2.csv')
g2=lambda k:np.array([float(r[k] or 0) for r in C])
d=g2('dnum'); s=g2('snum'); one=np.zeros(len(C)); lev=[(one,d),(d,s)]; pop=[g2('fpc1'),g2('fpc2')]
n1=len(np.unique(d)); n2=np.array([(d==x).sum() for x in d]); w2=pop[0]/n1*pop[1]/n2
print(sorted(set(np.round(w2,3))))
r,z=lin(g2('api00'),np.ones(len(C)),w2); show('clus2 mean api00',r,z,lev,pop)
show('clus2 total enroll',(w2*g2('enroll')).sum(),w2*g2('enroll'),lev,pop)
r,z=lin(g2('api00'),np.ones(len(C)),w2); show('clus2wr mean',r,z,lev[:1],None)
show('clus2wr total enroll',(w2*g2('enroll')).sum(),w2*g2('enroll'),lev[:1],None)
from scipy import stats
p,z=lin((g('api00')>=700)*1.0,np.ones(200),w); v=stage_var(z,[(st,i)],[g('fpc')])
def kg(p,v,n,df):
    ne=p*(1-p)/v*(stats.t.ppf(.975,n-1)/stats.t.ppf(.975,df))**2
    return stats.beta.ppf(.025,ne*p,ne*(1-p)+1), stats.beta.ppf(.975,ne*p+1,ne*(1-p))
print('KG',p,kg(p,v,200,197))
for dd in 'EHM':
    ins=(st==dd)*1.0
    r,z=lin(g('api00')*ins,ins,w); show('domain '+dd,r,z,[(st,i)],[g('fpc')])
ins=(g('enroll')>=600)*1.0
r,z=lin(g('api00')*ins,ins,w); show('domain 600',r,z,[(st,i)],[g('fpc')])
tq=stats.t.ppf(.975,197); print('t', 662.2873631593205-tq*9.40894080278458, 662.2873631593205+tq*9.40894080278458)
